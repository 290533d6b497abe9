num_classes = 5
data = np.random.random((200, 16))
target = np.random.random((200, num_classes))

def baseline_model():
    model = Sequential()
    model.add(Dense(16, input_dim=16, kernel_initializer='normal', activation='relu'))
    model.add(Dense(2))  # expect: SHP403
    model.compile(loss='mean_absolute_error', optimizer='adam')
    return model

net = baseline_model()
net.fit(data, target, epochs=3, batch_size=5, verbose=1)  # or: SHP403
